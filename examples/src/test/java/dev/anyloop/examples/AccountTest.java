package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Timer;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.time.Duration;
import java.util.HashSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A protocol that has to survive lost answers, crashed connections and partitions, on a simulated network. */
class AccountTest {

    private AccountClient client;

    @SimulationTest(runs = 100)
    void everyDepositCountsOnce(Simulation sim) {
        Account account = new Account();
        sim.host("bank").start(loop -> account.listen(loop, 4000));
        sim.host("app").start(loop -> {
            client = new AccountClient(loop, "bank", 4000);
            Timer deposits = loop.interval(Duration.ofMillis(100), timer -> client.deposit(1));
            loop.timer(Duration.ofMillis(15_050), timer -> deposits.cancel());
        });
        sim.advance(Duration.ofSeconds(2));
        Rule cut = sim.link("app", "bank").partition(); // nothing passes
        sim.advance(Duration.ofSeconds(3));
        cut.close();
        sim.advance(Duration.ofSeconds(3));
        Rule deaf = sim.link("bank", "app").oneWay().partition(); // deposits arrive, answers do not
        sim.advance(Duration.ofSeconds(3));
        deaf.close();
        sim.link("app", "bank").reset(); // all connections break at once
        sim.advance(Duration.ofSeconds(5));
        sim.runUntil(() -> client.isAllAnswered());
        assertEquals(150, account.balance());
    }

    /** The planted bug: a bank that forgets which deposits it has seen. */
    @Test
    void aBankThatForgetsIsFoundOut() {
        assertTrue(LongStream.range(0, 100).anyMatch(seed -> balance(seed, id -> true) != 10));
        assertTrue(LongStream.range(0, 100).allMatch(seed -> balance(seed, new HashSet<String>()::add) == 10));
    }

    private static long balance(long seed, Predicate<String> isNew) {
        try (Simulation sim = Simulation.withSeed(seed)) {
            Account account = new Account(isNew);
            AccountClient[] client = new AccountClient[1];
            sim.host("bank").start(loop -> account.listen(loop, 4000));
            sim.host("app").start(loop -> client[0] = new AccountClient(loop, "bank", 4000));
            sim.advance(Duration.ofSeconds(1));
            sim.link("bank", "app").oneWay().latency(Duration.ZERO, Duration.ofSeconds(4)); // some answers come too late
            LongStream.range(0, 10).forEach(i -> client[0].deposit(1));
            sim.runUntil(() -> client[0].isAllAnswered(), Duration.ofMinutes(10));
            return account.balance();
        }
    }
}
