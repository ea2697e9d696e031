/* Feeds files, and all files of folders, to a fuzz target without a fuzzer: what was found once is
 * looked at in every test run. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MOST = 1 << 20 };

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = malloc(FILE_MOST);
    size_t len = f && bytes ? fread(bytes, 1, FILE_MOST, f) : 0;
    /* A buffer of exactly the size, so that reading past its end is seen. */
    uint8_t *exact = malloc(len > 0 ? len : 1);
    for (size_t i = 0; exact && i < len; i++)
        exact[i] = bytes[i];
    if (f && exact)
        LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    free(bytes);
    if (f)
        fclose(f);
    return f ? 1 : 0;
}

static int replay(const char *path)
{
    struct stat status;
    struct dirent *entry;
    int count = 0;
    DIR *folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? opendir(path) : NULL;

    if (!folder)
        return replay_file(path);
    while ((entry = readdir(folder))) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            count += replay_file(name);
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += replay(argv[i]);
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
