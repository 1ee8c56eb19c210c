/*
 * libevent with its books kept: linked with the real one, so that what is not here is found there. In debug mode
 * (COUNTING_DEBUG is set) libevent itself watches for events that are used before they are made or after they are freed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

struct event_base;
struct event;
typedef void (*callback)(int, short, void *);

static long made, freed, changed;

long counting_made(void) { return __atomic_load_n(&made, __ATOMIC_RELAXED); }
long counting_freed(void) { return __atomic_load_n(&freed, __ATOMIC_RELAXED); }
long counting_changed(void) { return __atomic_load_n(&changed, __ATOMIC_RELAXED); }

void event_enable_debug_mode(void);

__attribute__((constructor)) static void start(void)
{
	if (getenv("COUNTING_DEBUG"))
		event_enable_debug_mode();
}

struct event *event_new(struct event_base *base, int fd, short what, callback function, void *arg)
{
	static struct event *(*real)(struct event_base *, int, short, callback, void *);
	if (!real)
		real = dlsym(RTLD_NEXT, "event_new");
	__atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
	return real(base, fd, what, function, arg);
}

void event_free(struct event *event)
{
	static void (*real)(struct event *);
	if (!real)
		real = dlsym(RTLD_NEXT, "event_free");
	__atomic_add_fetch(&freed, 1, __ATOMIC_RELAXED);
	real(event);
}

int event_add(struct event *event, const void *timeout)
{
	static int (*real)(struct event *, const void *);
	if (!real)
		real = dlsym(RTLD_NEXT, "event_add");
	__atomic_add_fetch(&changed, 1, __ATOMIC_RELAXED);
	return real(event, timeout);
}

int event_del(struct event *event)
{
	static int (*real)(struct event *);
	if (!real)
		real = dlsym(RTLD_NEXT, "event_del");
	__atomic_add_fetch(&changed, 1, __ATOMIC_RELAXED);
	return real(event);
}
