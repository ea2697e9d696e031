#include "daemon/config_file.h"

#include <unistd.h>

const char *config_file_find(void)
{
    return access("weir.yml", R_OK) < 0 && access("/etc/weir/weir.yml", R_OK) == 0
               ? "/etc/weir/weir.yml"
               : "weir.yml";
}
