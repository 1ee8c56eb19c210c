package dev.anyloop.tck.rules.resource;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A server takes an application in and out again: it loads {@link Application} with a class loader of its own, which is
 * the context of the thread while that is lent to the application.
 */
public final class Redeployment {

    private final String provider;
    private final ClassLoader server;
    private final URL[] path;

    private Redeployment(String provider, ClassLoader server, URL[] path) {
        this.provider = provider;
        this.server = server;
        this.path = path;
    }

    /** The application brings all that it needs, but for what the server has in its own loader. */
    public static Redeployment of(String provider, String classPath, ClassLoader server) throws IOException {
        return new Redeployment(provider, server, urls(classPath));
    }

    /** The application brings itself, and finds the library and the engine in the server. */
    public static Redeployment shared(String provider, String classPath) throws IOException {
        return new Redeployment(provider, new Server(urls(classPath)), urls(classPath));
    }

    static URL[] urls(String classPath) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /**
     * To be run on the thread that is lent. Nothing here holds the loader afterwards.
     *
     * @param orders what the application is to do beside the usual
     */
    public Callable<WeakReference<ClassLoader>> once(String... orders) {
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader context = thread.getContextClassLoader();
            try (URLClassLoader loader = new URLClassLoader(path, server)) {
                thread.setContextClassLoader(loader);
                Method main = loader.loadClass(Application.class.getName()).getMethod("run", String.class, String[].class);
                main.setAccessible(true);
                main.invoke(null, provider, orders);
                return new WeakReference<>(loader);
            } finally {
                thread.setContextClassLoader(context);
            }
        };
    }

    /** The first that might be asked why it is still there. */
    static String threadsOf(WeakReference<ClassLoader> loader) {
        ClassLoader held = loader.get();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> held != null
                        && (thread.getContextClassLoader() == held || thread.getClass().getClassLoader() == held))
                .map(Thread::getName)
                .collect(joining(", ", "[", "]"));
    }

    /** Has everything but the application. */
    private static final class Server extends URLClassLoader {

        Server(URL[] path) {
            super(path, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(Application.class.getPackageName())) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }
    }
}
