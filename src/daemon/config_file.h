/* Which config file is meant when none is named. */
#ifndef WEIR_DAEMON_CONFIG_FILE_H
#define WEIR_DAEMON_CONFIG_FILE_H

/* The first of ./weir.yml and /etc/weir/weir.yml that can be read; ./weir.yml when none can. */
const char *config_file_find(void);

#endif
