package dev.anyloop.adapters;

import dev.anyloop.EventLoop;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CompletableFuture} for what a loop does. It differs in three things:
 *
 * <ul>
 * <li>What depends on it runs on the loop's thread: {@code thenApply} and its like within the callback that completes it, or within the
 *     call if it is complete and the caller is that thread, else in a task of the loop; {@code thenApplyAsync} and its like always in a
 *     task. With an executor they run there. So do the dependants of dependants, in a chain of any length: what would be a hundred deep
 *     within others waits until these are through. Only those of {@link #minimalCompletionStage}, which is a class of the JDK's, and of
 *     {@link #allOf} and {@link #anyOf} run where the JDK runs them.
 * <li>Whoever completes it before what it stands for is done, by {@link #cancel}, {@link #complete}, {@link #completeExceptionally},
 *     {@link #orTimeout} or {@link #completeOnTimeout}, gives that up: it is abandoned, on the loop's thread.
 * <li>Waiting for it on the loop's thread, which would be for ever, is refused by an {@link IllegalStateException}.
 * </ul>
 *
 * <p>Drivers and programs make one of a callback: {@code client.put(mail, (job, error) -> future.settle(job, error))}. All methods are
 * safe from any thread. A dependant that is on its way to the loop in a task is discarded, as all tasks are, when the loop is closed
 * (LOOP-009); one that runs within the callback is not.
 *
 * <p>The class is long because every method that takes a dependant is overridden, each in a line.
 *
 * @param <T> what it is completed with
 */
public final class LoopFuture<T> extends CompletableFuture<T> {

    private static final Runnable NOTHING = () -> { };

    private final EventLoop loop;
    private final Runnable abandon;
    private final Nesting nesting; // one for all that depend on each other

    /**
     * Not complete yet.
     *
     * @param loop where dependants run
     */
    public LoopFuture(EventLoop loop) {
        this(loop, NOTHING);
    }

    /**
     * Not complete yet, and can be given up.
     *
     * @param loop where dependants run
     * @param abandon called on the loop's thread when somebody else than {@link #settle} completes the future, or has completed it when
     *     that is called; may be called more than once, and is not called once the loop is closed
     */
    public LoopFuture(EventLoop loop, Runnable abandon) {
        this(Objects.requireNonNull(loop, "loop"), Objects.requireNonNull(abandon, "abandon"), new Nesting());
    }

    private LoopFuture(EventLoop loop, Runnable abandon, Nesting nesting) {
        this.loop = loop;
        this.abandon = abandon;
        this.nesting = nesting;
    }

    /**
     * Completes it with how that went which it stands for, unless somebody has completed it before.
     *
     * @param value what came of it; null with an error
     * @param error why it failed, or null if it did not
     * @return true if this call completed the future; if not, what it stands for is abandoned
     */
    public boolean settle(@Nullable T value, @Nullable Throwable error) {
        boolean first = error == null ? super.complete(value) : super.completeExceptionally(error);
        if (!first) {
            onLoopIfThereIsOne(abandon);
        }
        return first;
    }

    // ---- completed by somebody else ----

    @Override
    public boolean complete(@Nullable T value) {
        return abandonIf(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
        return abandonIf(super.completeExceptionally(error));
    }

    /**
     * Completes it with a {@link java.util.concurrent.CancellationException}, and gives up what it stands for.
     *
     * @param mayInterruptIfRunning has no effect
     * @return true if it is cancelled now
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean wasDone = isDone();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        abandonIf(cancelled && !wasDone);
        return cancelled;
    }

    private boolean abandonIf(boolean first) {
        if (first) {
            onLoopIfThereIsOne(abandon);
        }
        return first;
    }

    private void onLoopIfThereIsOne(Runnable task) {
        try {
            onLoop(task);
        } catch (RejectedExecutionException e) {
            // the loop is closed, and with it what there was to abandon
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            nesting.run(task);
        } else {
            loop.execute(task);
        }
    }

    // ---- waiting ----

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkNotForEver();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkNotForEver();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkNotForEver();
        return super.join();
    }

    private void checkNotForEver() {
        if (!isDone()) {
            Blocking.check(loop, "waiting for a future");
        }
    }

    // ---- dependants ----

    @Override
    public Executor defaultExecutor() {
        return loop;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LoopFuture<>(loop, NOTHING, nesting);
    }

    @Override
    public <U> CompletableFuture<U> thenApply(Function<? super T, ? extends U> fn) {
        return thenApplyAsync(fn, this::onLoop);
    }

    @Override
    public CompletableFuture<Void> thenAccept(Consumer<? super T> action) {
        return thenAcceptAsync(action, this::onLoop);
    }

    @Override
    public CompletableFuture<Void> thenRun(Runnable action) {
        return thenRunAsync(action, this::onLoop);
    }

    @Override
    public <U, V> CompletableFuture<V> thenCombine(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
        return thenCombineAsync(other, fn, this::onLoop);
    }

    @Override
    public <U> CompletableFuture<Void> thenAcceptBoth(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
        return thenAcceptBothAsync(other, action, this::onLoop);
    }

    @Override
    public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
        return runAfterBothAsync(other, action, this::onLoop);
    }

    @Override
    public <U> CompletableFuture<U> applyToEither(CompletionStage<? extends T> other, Function<? super T, U> fn) {
        return applyToEitherAsync(other, fn, this::onLoop);
    }

    @Override
    public CompletableFuture<Void> acceptEither(CompletionStage<? extends T> other, Consumer<? super T> action) {
        return acceptEitherAsync(other, action, this::onLoop);
    }

    @Override
    public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
        return runAfterEitherAsync(other, action, this::onLoop);
    }

    @Override
    public <U> CompletableFuture<U> thenCompose(Function<? super T, ? extends CompletionStage<U>> fn) {
        return thenComposeAsync(fn, this::onLoop);
    }

    @Override
    public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
        return whenCompleteAsync(action, this::onLoop);
    }

    @Override
    public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> fn) {
        return handleAsync(fn, this::onLoop);
    }

    @Override
    public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> fn) {
        return exceptionallyAsync(fn, this::onLoop);
    }

    @Override
    public CompletableFuture<T> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<T>> fn) {
        return exceptionallyComposeAsync(fn, this::onLoop);
    }
}
