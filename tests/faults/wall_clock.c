/* A wall clock for one process, preloaded: CLOCK_REALTIME is off by the seconds that stand in a shared file, as they stand
   now. Monotonic clocks stay the machine's. A wait until a time of the wall clock ends when that clock says so, as in the
   kernel: a clock that is set back while a thread waits makes it wait longer. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000L
#define SLICE_NS 20000000L
/* No machine runs for so long, and the wall clock is long past it: so a deadline says of which clock it is. */
#define UPTIME_S_MAX 1000000000L

static volatile int64_t right;
static volatile int64_t *ahead_s = &right;

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("WALL_CLOCK_FILE");
    int file = path ? open(path, O_RDONLY) : -1;
    void *shared = file < 0 ? MAP_FAILED : mmap(NULL, sizeof right, PROT_READ, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) abort();
    ahead_s = shared;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (syscall(SYS_clock_gettime, clock, now)) return -1;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += *ahead_s;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (place) *place = exact.tv_sec;
    return exact.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, now) ? base : 0;
}

int pthread_cond_timedwait(pthread_cond_t *restrict met, pthread_mutex_t *restrict lock,
                           const struct timespec *restrict deadline) {
    if (deadline->tv_sec < UPTIME_S_MAX) return pthread_cond_clockwait(met, lock, CLOCK_MONOTONIC, deadline);
    for (;;) {
        struct timespec now, until;
        clock_gettime(CLOCK_REALTIME, &now);
        int64_t left_s = deadline->tv_sec - now.tv_sec;
        if (left_s > 1) left_s = 1;
        int64_t left_ns = left_s < 0 ? 0 : left_s * NS + deadline->tv_nsec - now.tv_nsec;
        if (left_ns <= 0) return ETIMEDOUT;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += left_ns < SLICE_NS ? left_ns : SLICE_NS;
        until.tv_sec += until.tv_nsec / NS;
        until.tv_nsec %= NS;
        int ended = pthread_cond_clockwait(met, lock, CLOCK_MONOTONIC, &until);
        if (ended != ETIMEDOUT) return ended;
    }
}

/* glibc's own goes past the function above. */
int cnd_timedwait(cnd_t *restrict met, mtx_t *restrict lock, const struct timespec *restrict deadline) {
    int ended = pthread_cond_timedwait((pthread_cond_t *)met, (pthread_mutex_t *)lock, deadline);
    return ended == 0 ? thrd_success : ended == ETIMEDOUT ? thrd_timedout : thrd_error;
}
