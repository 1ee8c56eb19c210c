package dev.anyloop.tck.rules;

import dev.anyloop.spi.EventLoopProvider;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.ReflectionSupport;

/** A backend that another process makes again, from the name of the class of its provider or of its kit. */
public final class Remade {

    /** What such a process says, or is told of, if it cannot. */
    public static final String NOT = "this backend cannot be made in another process";

    private Remade() {}

    /** The class to name. */
    public static Class<?> maker(Backend backend) {
        Class<?> provider = backend.provider().get().getClass();
        boolean fromNothing =
                Arrays.stream(provider.getDeclaredConstructors()).anyMatch(each -> each.getParameterCount() == 0);
        return fromNothing ? provider : backend.kit();
    }

    /** In the other process; null if the class does not give a provider. */
    public static @Nullable EventLoopProvider provider(String maker) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(maker).getDeclaredConstructor();
        constructor.setAccessible(true);
        Object made = constructor.newInstance();
        return made instanceof EventLoopProvider provider ? provider : providerOf(made);
    }

    /** A kit's, which only it and the author of the backend may call. */
    private static @Nullable EventLoopProvider providerOf(Object kit) {
        Method method = ReflectionSupport.findMethod(kit.getClass(), "provider").orElseThrow();
        return (EventLoopProvider) ReflectionSupport.invokeMethod(method, kit);
    }
}
