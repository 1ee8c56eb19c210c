package dev.anyloop.tck.onfake;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads the library and its tests once more, with a call of {@link Allocations#take} in core before all that makes an object: where
 * one is made, and where something of the JDK is called that makes one.
 */
final class CountingLoader extends ClassLoader {

    private static final String CORE = "dev/anyloop/core/";

    /** Of the JDK's collections, buffers, texts and threads. */
    private static final Set<String> MAKERS = Set.of("add", "addFirst", "addLast", "offer", "push", "put", "putIfAbsent",
            "computeIfAbsent", "merge", "copyOf", "copyOfRange", "toArray", "allocate", "allocateDirect", "duplicate", "slice", "wrap",
            "asReadOnlyBuffer", "valueOf", "toString", "format", "concat", "of", "iterator", "stream", "start", "getBytes", "clone");

    CountingLoader(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("dev.anyloop.") || name.equals(Allocations.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name, name.replace('.', '/')) : loaded;
        }
    }

    private Class<?> define(String name, String path) throws ClassNotFoundException {
        try (InputStream found = getParent().getResourceAsStream(path + ".class")) {
            if (found == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = path.startsWith(CORE) ? counting(found) : found.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static byte[] counting(InputStream found) throws IOException {
        ClassReader reader = new ClassReader(found);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
                return new Counting(super.visitMethod(access, name, descriptor, signature, exceptions));
            }
        }, 0);
        return writer.toByteArray();
    }

    private static final class Counting extends MethodVisitor {

        private boolean hasRoom; // made in this method, for one more

        Counting(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        private void take() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, Allocations.class.getName().replace('.', '/'), "take", "()V", false);
        }

        /** After it, since frames tell where the instruction is. */
        @Override
        public void visitTypeInsn(int opcode, String type) {
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.NEW || opcode == Opcodes.ANEWARRAY) {
                take();
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                take();
            }
            super.visitIntInsn(opcode, operand);
        }

        /** A lambda or a text. */
        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            take();
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            hasRoom |= name.equals("ensureCapacity");
            if (owner.startsWith("java/") && MAKERS.contains(name) && !(hasRoom && name.equals("add")) && !isEmptyList(name, descriptor)) {
                take();
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        /** Of which there is one. */
        private static boolean isEmptyList(String name, String descriptor) {
            return name.equals("of") && descriptor.startsWith("()");
        }
    }
}
