package dev.anyloop.libevent;

import com.sun.jna.Callback;

/**
 * The functions of libevent that are used, mapped directly by {@link Linkage} once {@link LibeventLibrary} has looked
 * up every one of them. Pointers are {@code long}: JNA's own type for them costs more than the call.
 */
final class Libevent {

    static final short EV_TIMEOUT = 0x01;
    static final short EV_READ = 0x02;
    static final short EV_WRITE = 0x04;
    static final short EV_PERSIST = 0x10;

    static final int EVLOOP_ONCE = 0x01;
    static final int EVLOOP_NONBLOCK = 0x02;
    static final int EVLOOP_NO_EXIT_ON_EMPTY = 0x04;

    static final int EVENT_BASE_FLAG_NOLOCK = 0x01;
    static final int EVENT_BASE_FLAG_IGNORE_ENV = 0x02;
    static final int EVENT_BASE_FLAG_NO_CACHE_TIME = 0x08;
    static final int EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST = 0x10;

    private Libevent() {}

    /** Called by libevent. JNA holds it weakly and would lose a collected one in silence. */
    @FunctionalInterface
    interface EventCallback extends Callback {
        void ready(int fd, short what, long id);
    }

    static native String event_get_version();

    static native void event_set_log_callback(long function);

    static native long event_config_new();

    static native int event_config_avoid_method(long config, String method);

    static native int event_config_set_flag(long config, int flag);

    static native void event_config_free(long config);

    static native long event_base_new_with_config(long config);

    static native String event_base_get_method(long base);

    static native int event_base_loop(long base, int flags);

    static native void event_base_free(long base);

    static native long event_new(long base, int fd, short what, long callback, long id);

    static native int event_add(long event, long timeval);

    static native int event_del(long event);

    static native void event_free(long event);
}
