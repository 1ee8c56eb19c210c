package dev.anyloop.tck;

import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** This machine, its time and its network. */
final class RealWorld implements World {

    static final RealWorld THIS_MACHINE = new RealWorld();

    private final ScheduledThreadPoolExecutor alarms = new ScheduledThreadPoolExecutor(1, task -> daemon("tck-watchdog", task));

    /** Its thread begins at once: else it would have what the first thread has that asks for an alarm, a filter of system calls for one. */
    private RealWorld() {
        alarms.prestartCoreThread();
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public boolean hasSystem() {
        return true;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void park(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    @Override
    public void spin() {
        Thread.onSpinWait();
    }

    @Override
    public Runnable alarm(Duration after, Runnable action) {
        Future<?> alarm = alarms.schedule(action, after.toNanos(), TimeUnit.NANOSECONDS);
        return () -> alarm.cancel(false);
    }

    @Override
    public Thread start(String name, Runnable work) {
        Thread thread = daemon(name, work);
        thread.start();
        return thread;
    }

    @Override
    public boolean join(Thread thread, Duration limit) throws InterruptedException {
        thread.join(limit.toMillis());
        return !thread.isAlive();
    }

    @Override
    public CountDownLatch latch(int count) {
        return new CountDownLatch(count);
    }

    @Override
    public Semaphore semaphore(int permits) {
        return new Semaphore(permits);
    }

    @Override
    public <T> BlockingQueue<T> queue() {
        return new LinkedBlockingQueue<>();
    }

    /** From outside, as everybody sends one. */
    @Override
    public void signal(String name) {
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + ProcessHandle.current().pid())
                    .inheritIO().start();
            if (kill.waitFor() != 0) {
                throw new IllegalArgumentException("cannot send signal " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public Socket socket() {
        return new Socket();
    }

    @Override
    public ServerSocket serverSocket() throws IOException {
        return new ServerSocket();
    }

    @Override
    public DatagramSocket datagramSocket() throws IOException {
        return new DatagramSocket(null);
    }

    @Override
    public Map<String, Integer> descriptors() {
        return Descriptors.ofThisProcess();
    }
}
