// Storage faults for one process, by LD_PRELOAD. Linux, 64 bit. NativeFaults.java compiles and switches it.
//
// It looks only at files below one folder, and knows a file by what /proc says about its descriptor,
// so it keeps no table of descriptors and cannot be fooled by dup, links or relative paths.
// The real work is done by direct system calls: nothing here can call itself, and no symbol is looked up.
//
//   FAULTFS_DIR       the watched folder, canonical and absolute; unset: everything passes through
//   FAULTFS_SWITCHES  a file of sizeof(struct switches) bytes, mapped: what it says holds from the next call on
//   FAULTFS_TRACE     an existing file that records are appended to; unset: nothing is recorded
//
// The trace is a sequence of records, each appended by one write, in native byte order, without padding:
//   u32 kind | u32 pathBytes | u64 number | u64 dataBytes | path, relative to the folder | data
//
//   kind            number             data        when
//   1 CREATE        -                  -           open or creat made the file
//   2 WRITE         offset in bytes    the bytes   after the write, with what was really written
//   3 TRUNCATE      new size           -           after ftruncate or an open with O_TRUNC
//   4 UNLINK        -                  -           after unlink
//   5 RENAME        -                  new path    after rename, where both ends are below the folder
//   6 FLUSH_BEGIN   a token            -           before fsync or fdatasync; the path "" is the folder itself
//   7 FLUSH_END     that token         -           after it returned 0
//   8 FLUSH_FAILED  that token         -           after it failed
//   9 MARK          -                  the bytes   a write to the file `marks` at the top of the folder
//
// Only a write that stands before FLUSH_BEGIN may be taken as flushed by the FLUSH_END with the same token.
// Not seen: writes through mmap, sendfile, copy_file_range, fallocate, io_uring, link and mkdir.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8 && sizeof(long) == 8, "faultfs needs a 64-bit system");

enum { CREATE = 1, WRITE, TRUNCATE, UNLINK, RENAME, FLUSH_BEGIN, FLUSH_END, FLUSH_FAILED, MARK };
enum { FLUSH_NORMAL, FLUSH_FAILS, FLUSH_SWALLOWED };
enum { SPACE_NORMAL, SPACE_NO_GROWTH, SPACE_NONE };

// FaultSwitches.java writes the same layout. The last three fields before the suffix are counted here.
struct switches {
  uint64_t flush_mode;
  uint64_t flush_delay_us;
  uint64_t space_mode;
  uint64_t flush_skip;  // flushes that still pass before flush_mode takes effect
  uint64_t space_left;  // bytes that files may still grow by under SPACE_NO_GROWTH
  uint64_t flushes;     // calls of fsync and fdatasync in the folder, failed ones too
  uint64_t refusals;    // writes and truncations that got ENOSPC, or less than they asked for
  char flush_suffix[72];  // flush_mode holds for paths that end so; empty: for all
};

struct header {
  uint32_t kind, path_bytes;
  uint64_t number, data_bytes;
};

static struct switches normal;
static struct switches *switches = &normal;
static const char *folder;
static size_t folder_length;
static int trace = -1;
static uint64_t flush_count;
// Held over each real write and its record, so that the trace has the order that the file saw.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *what) {
  dprintf(2, "faultfs: %s: %s\n", what, strerror(errno));
  abort();
}

__attribute__((constructor)) static void start(void) {
  const char *switches_path = getenv("FAULTFS_SWITCHES");
  const char *trace_path = getenv("FAULTFS_TRACE");
  const char *watched = getenv("FAULTFS_DIR");
  if (!watched) return;
  if (switches_path) {
    int fd = syscall(SYS_openat, AT_FDCWD, switches_path, O_RDWR | O_CLOEXEC);
    if (fd < 0) die("cannot open FAULTFS_SWITCHES");
    switches = mmap(NULL, sizeof *switches, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (switches == MAP_FAILED) die("cannot map FAULTFS_SWITCHES");
    close(fd);
  }
  if (trace_path) {
    trace = syscall(SYS_openat, AT_FDCWD, trace_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (trace < 0) die("cannot open FAULTFS_TRACE");
  }
  folder_length = strlen(watched);
  folder = watched;
}

static uint64_t now(const uint64_t *field) { return __atomic_load_n(field, __ATOMIC_ACQUIRE); }

// The descriptor's path relative to the folder, in `buffer`; NULL if it is elsewhere, unlinked, or not a file or folder.
static const char *watched(int fd, char buffer[PATH_MAX]) {
  struct stat status;
  char link[40];
  if (!folder || fstat(fd, &status) != 0 || status.st_nlink == 0) return NULL;
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (length < (ssize_t)folder_length || memcmp(buffer, folder, folder_length) != 0) return NULL;
  buffer[length] = 0;
  if (buffer[folder_length] == 0) return buffer + folder_length;
  return buffer[folder_length] == '/' ? buffer + folder_length + 1 : NULL;
}

static bool is_marks(const char *path) { return strcmp(path, "marks") == 0; }

static void record(int kind, const char *path, uint64_t number, const void *data, size_t bytes) {
  if (trace < 0) return;
  struct header header = {kind, strlen(path), number, bytes};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)path, header.path_bytes}, {(void *)data, bytes}};
  int saved = errno;
  ssize_t all = sizeof header + header.path_bytes + bytes;
  if (syscall(SYS_writev, trace, parts, 3) != all) die("cannot write the trace");
  errno = saved;
}

static int refuse(void) {
  __atomic_add_fetch(&switches->refusals, 1, __ATOMIC_RELAXED);
  errno = ENOSPC;
  return -1;
}

// How many of `bytes` at `offset` the disk takes now; 0 if none. Under `lock`.
static uint64_t room(int fd, uint64_t offset, uint64_t bytes) {
  struct stat status;
  uint64_t mode = now(&switches->space_mode);
  if (mode == SPACE_NORMAL || bytes == 0) return bytes;
  if (mode == SPACE_NONE || fstat(fd, &status) != 0) return 0;
  uint64_t end = offset + bytes, size = status.st_size;
  uint64_t growth = end > size ? end - size : 0, left = now(&switches->space_left);
  uint64_t missing = growth > left ? growth - left : 0;
  __atomic_sub_fetch(&switches->space_left, growth - missing, __ATOMIC_RELAXED);
  return missing < bytes ? bytes - missing : 0;
}

static ssize_t real_write(int fd, const struct iovec *parts, int count, off_t offset) {
  return offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, offset, 0L);
}

// Writes to a watched file; an offset of -1 means the descriptor's own position.
static ssize_t watched_write(int fd, const char *path, const struct iovec *parts, int count, off_t offset) {
  uint64_t bytes = 0;
  for (int i = 0; i < count; i++) bytes += parts[i].iov_len;
  off_t start = offset;
  if (offset < 0) start = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
  uint64_t allowed = is_marks(path) ? bytes : room(fd, start, bytes);
  if (bytes > 0 && allowed == 0) return refuse();
  struct iovec first = {parts[0].iov_base, parts[0].iov_len < allowed ? parts[0].iov_len : allowed};
  bool shortened = allowed < bytes;
  if (shortened) refuse();
  ssize_t written = shortened ? real_write(fd, &first, 1, offset) : real_write(fd, parts, count, offset);
  ssize_t left = written;
  for (int i = 0; left > 0; i++) {
    size_t piece = (size_t)left < parts[i].iov_len ? (size_t)left : parts[i].iov_len;
    if (is_marks(path)) record(MARK, path, 0, parts[i].iov_base, piece);
    else record(WRITE, path, start, parts[i].iov_base, piece);
    start += piece;
    left -= piece;
  }
  return written;
}

static ssize_t any_write(int fd, const struct iovec *parts, int count, off_t offset) {
  char buffer[PATH_MAX];
  const char *path = NULL;
  if (trace >= 0 || now(&switches->space_mode) != SPACE_NORMAL) path = watched(fd, buffer);
  if (!path || count < 1) return real_write(fd, parts, count, offset);
  pthread_mutex_lock(&lock);
  ssize_t written = watched_write(fd, path, parts, count, offset);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  return any_write(fd, &(struct iovec){(void *)bytes, count}, 1, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  if (offset < 0) return errno = EINVAL, -1;
  return any_write(fd, &(struct iovec){(void *)bytes, count}, 1, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) { return any_write(fd, parts, count, -1); }

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  if (offset < 0) return errno = EINVAL, -1;
  return any_write(fd, parts, count, offset);
}

int ftruncate(int fd, off_t size) {
  char buffer[PATH_MAX];
  const char *path = size < 0 ? NULL : watched(fd, buffer);
  if (!path) return syscall(SYS_ftruncate, fd, size);
  struct stat status;
  pthread_mutex_lock(&lock);
  uint64_t before = fstat(fd, &status) == 0 ? status.st_size : 0, growth = (uint64_t)size > before ? size - before : 0;
  int result = room(fd, before, growth) < growth ? refuse() : syscall(SYS_ftruncate, fd, size);
  if (result == 0) record(TRUNCATE, path, size, "", 0);
  pthread_mutex_unlock(&lock);
  return result;
}

// The fault for this flush. Under `lock`.
static uint64_t flush_fault(const char *path) {
  uint64_t mode = now(&switches->flush_mode);
  size_t path_length = strlen(path), suffix = strnlen(switches->flush_suffix, sizeof switches->flush_suffix);
  __atomic_add_fetch(&switches->flushes, 1, __ATOMIC_RELAXED);
  if (mode == FLUSH_NORMAL || suffix > path_length) return FLUSH_NORMAL;
  if (memcmp(path + path_length - suffix, switches->flush_suffix, suffix) != 0) return FLUSH_NORMAL;
  if (now(&switches->flush_skip) == 0) return mode;
  __atomic_sub_fetch(&switches->flush_skip, 1, __ATOMIC_RELAXED);
  return FLUSH_NORMAL;
}

static int flush(int fd, long call) {
  char buffer[PATH_MAX];
  const char *path = watched(fd, buffer);
  if (!path) return syscall(call, fd);
  pthread_mutex_lock(&lock);
  uint64_t token = (uint64_t)getpid() << 32 | ++flush_count;
  uint64_t fault = flush_fault(path);
  record(FLUSH_BEGIN, path, token, "", 0);
  pthread_mutex_unlock(&lock);
  uint64_t delay = now(&switches->flush_delay_us);
  if (delay > 0) usleep(delay);
  if (fault == FLUSH_SWALLOWED) return 0;  // a lying disk: neither flushed nor recorded as such
  int result = fault == FLUSH_FAILS ? (errno = EIO, -1) : syscall(call, fd);
  record(result == 0 ? FLUSH_END : FLUSH_FAILED, path, token, "", 0);
  return result;
}

int fsync(int fd) { return flush(fd, SYS_fsync); }

int fdatasync(int fd) { return flush(fd, SYS_fdatasync); }

static int any_open(int at, const char *name, int flags, mode_t mode) {
  if (trace < 0 || !(flags & (O_CREAT | O_TRUNC))) return syscall(SYS_openat, at, name, flags, mode);
  char buffer[PATH_MAX];
  pthread_mutex_lock(&lock);
  bool existed = syscall(SYS_faccessat, at, name, F_OK) == 0;
  int fd = syscall(SYS_openat, at, name, flags, mode);
  int saved = errno;
  const char *path = fd < 0 ? NULL : watched(fd, buffer);
  if (path && !existed) record(CREATE, path, 0, "", 0);
  if (path && existed && flags & O_TRUNC) record(TRUNCATE, path, 0, "", 0);
  errno = saved;
  pthread_mutex_unlock(&lock);
  return fd;
}

static mode_t mode_of(int flags, va_list rest) {
  return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

int openat(int at, const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return any_open(at, name, flags, mode);
}

int open(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return any_open(AT_FDCWD, name, flags, mode);
}

int creat(const char *name, mode_t mode) { return any_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

// Removes `from`, or renames it where `to` is given. A descriptor held on the file tells both of its names.
static int change_name(int from_at, const char *from, int to_at, const char *to) {
  char before[PATH_MAX], after[PATH_MAX];
  pthread_mutex_lock(&lock);
  int held = trace < 0 ? -1 : syscall(SYS_openat, from_at, from, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  const char *old_path = held < 0 ? NULL : watched(held, before);
  int result = to ? syscall(SYS_renameat2, from_at, from, to_at, to, 0) : syscall(SYS_unlinkat, from_at, from, 0);
  int saved = errno;
  const char *new_path = old_path && to && result == 0 ? watched(held, after) : NULL;
  if (new_path) record(RENAME, old_path, 0, new_path, strlen(new_path));
  else if (old_path && result == 0) record(UNLINK, old_path, 0, "", 0);
  if (held >= 0) close(held);
  errno = saved;
  pthread_mutex_unlock(&lock);
  return result;
}

int unlink(const char *name) { return change_name(AT_FDCWD, name, AT_FDCWD, NULL); }

int unlinkat(int at, const char *name, int flags) {
  return flags ? syscall(SYS_unlinkat, at, name, flags) : change_name(at, name, AT_FDCWD, NULL);
}

int rename(const char *from, const char *to) { return change_name(AT_FDCWD, from, AT_FDCWD, to); }

int renameat(int from_at, const char *from, int to_at, const char *to) {
  return change_name(from_at, from, to_at, to);
}

// On a 64-bit system these are the same calls under their older names.
#define SAME_AS(name) __attribute__((alias(#name)))
int open64(const char *name, int flags, ...) SAME_AS(open);
int openat64(int at, const char *name, int flags, ...) SAME_AS(openat);
int creat64(const char *name, mode_t mode) SAME_AS(creat);
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) SAME_AS(pwrite);
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) SAME_AS(pwritev);
int ftruncate64(int fd, off64_t size) SAME_AS(ftruncate);
