package dev.anyloop.conformance;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that others can name in a module, one line each, in an order that does not depend on the compiler. */
final class Signatures {

    private static final String CLASS = ".class";
    private static final int SHOWN = Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL;

    private Signatures() {}

    /** Of the types in the packages that a module exports to everybody. */
    static List<String> ofModule(Class<?> inIt) throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(inIt.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleReference module = ModuleFinder.of(root).findAll().iterator().next();
        Set<String> exported = module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified()).map(ModuleDescriptor.Exports::source).collect(toSet());
        List<Class<?>> types = new ArrayList<>();
        try (ModuleReader reader = module.open(); Stream<String> files = reader.list()) {
            for (String file : files.filter(Signatures::isType).toList()) {
                Class<?> type = Class.forName(file.substring(0, file.length() - CLASS.length()).replace('/', '.'));
                if (exported.contains(type.getPackageName()) && isSeen(type)) {
                    types.add(type);
                }
            }
        }
        types.sort(Comparator.comparing(Class::getName));
        List<String> lines = new ArrayList<>();
        types.forEach(type -> describe(type, lines));
        return lines;
    }

    private static boolean isType(String file) {
        return file.endsWith(CLASS) && !file.endsWith("-info" + CLASS);
    }

    /** And what it is in. */
    private static boolean isSeen(Class<?> type) {
        return (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
                && (type.getEnclosingClass() == null || isSeen(type.getEnclosingClass()));
    }

    private static void describe(Class<?> type, List<String> lines) {
        lines.add(header(type));
        List<String> members = new ArrayList<>();
        Arrays.stream(type.getDeclaredFields()).filter(Signatures::isSeen).forEach(f -> members.add(field(f)));
        Arrays.stream(type.getDeclaredConstructors()).filter(Signatures::isSeen)
                .forEach(c -> members.add(constructor(c)));
        Arrays.stream(type.getDeclaredMethods()).filter(Signatures::isSeen).forEach(m -> members.add(method(m)));
        members.stream().sorted().forEach(member -> lines.add("    " + member));
        lines.add("");
    }

    private static boolean isSeen(Member member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic();
    }

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder(kind(type)).append(' ').append(type.getName());
        if (type.getSuperclass() != null && !type.isEnum() && !type.isRecord() && type.getSuperclass() != Object.class) {
            text.append(" extends ").append(type.getSuperclass().getName());
        }
        if (type.getInterfaces().length > 0) {
            String keyword = type.isInterface() ? " extends " : " implements ";
            StringJoiner interfaces = new StringJoiner(", ", keyword, "");
            Arrays.stream(type.getInterfaces()).map(Class::getName).sorted().forEach(interfaces::add);
            text.append(interfaces);
        }
        return text.toString();
    }

    private static String kind(Class<?> type) {
        if (type.isInterface()) {
            return "interface";
        } else if (type.isEnum()) {
            return "enum";
        } else if (type.isRecord()) {
            return "record";
        }
        return Modifier.isFinal(type.getModifiers()) ? "final class" : "class";
    }

    private static String field(Field field) {
        return modifiers(field) + type(field.getGenericType(), field.getAnnotatedType()) + " " + field.getName();
    }

    private static String constructor(Constructor<?> constructor) {
        return "new" + parameters(constructor) + thrown(constructor);
    }

    private static String method(Method method) {
        return (method.isDefault() ? "default " : "") + modifiers(method)
                + type(method.getGenericReturnType(), method.getAnnotatedReturnType()) + " " + method.getName()
                + parameters(method) + thrown(method);
    }

    private static String modifiers(Member member) {
        int shown = member.getModifiers() & SHOWN;
        if (member.getDeclaringClass().isInterface()) {
            shown &= ~Modifier.ABSTRACT;
        }
        return shown == 0 ? "" : Modifier.toString(shown) + " ";
    }

    private static String parameters(Executable executable) {
        StringJoiner text = new StringJoiner(", ", "(", ")");
        Type[] types = executable.getGenericParameterTypes();
        for (int i = 0; i < types.length; i++) {
            text.add(type(types[i], executable.getAnnotatedParameterTypes()[i]));
        }
        return text.toString();
    }

    private static String type(Type type, AnnotatedElement use) {
        return (use.isAnnotationPresent(Nullable.class) ? "@Nullable " : "") + type.getTypeName();
    }

    private static String thrown(Executable executable) {
        StringJoiner text = new StringJoiner(", ", " throws ", "").setEmptyValue("");
        Arrays.stream(executable.getExceptionTypes()).map(Class::getName).forEach(text::add);
        return text.toString();
    }
}
