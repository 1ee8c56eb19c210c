#!/bin/sh
# A value that is put into a Caffeine cache within a second of the one before it expires with that one: expireAfterWrite of 1,001 ms may
# keep a fresh value for one millisecond, where expireAfterWrite of 1,000 ms keeps each for a whole second.
#
# The entry is to go "once a fixed duration has elapsed after the entry's creation, or the most recent replacement of its value". So as to
# spare the queue of those to expire, a put that comes no later than a second after the last one that counted changes the value and leaves
# its time alone; policy() then says that the value just written has an age. Only for durations of up to a second there is no such
# tolerance. A lease of 1.5 s that is renewed every 0.9 s, as heartbeats are, is found gone after every other renewal. With expireAfter and
# an Expiry of the same duration each put counts, as it does in Guava's cache with expireAfterWrite. For minutes it does not matter.
#
# Seen with Caffeine 3.2.4 and Guava 33.5.0-jre, JDK 17 and 25; the clock is the script's own. Source: exceedsWriteTimeTolerance and
# EXPIRE_TOLERANCE in BoundedLocalCache; the Javadoc of Caffeine.expireAfterWrite, quoted above, does not tell of it.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of a value put a second, or just less, after the first one:
#   Caffeine, expireAfterWrite of 1000 ms: lives 1000 ms
#   Caffeine, expireAfterWrite of 1001 ms: lives 1 ms
#   Caffeine, expireAfter of 1001 ms: lives 1001 ms
#   Guava, expireAfterWrite of 1001 ms: lives 1001 ms
#   age of a value just written: 1000 ms
#   a lease of 1500 ms, renewed 20 times, each 900 ms: Caffeine finds it gone 10 times, Guava 0
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>com.github.ben-manes.caffeine</groupId><artifactId>caffeine</artifactId><version>3.2.4</version></dependency>
<dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>33.5.0-jre</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Anew.java" <<'JAVA'
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.google.common.base.Ticker;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.Map;

public class Anew {
    static long millis;

    public static void main(String[] args) {
        int second = lifeOfLater(caffeine(1000).asMap(), 999);
        int more = lifeOfLater(caffeine(1001).asMap(), 1000);
        Cache<String, String> variable = Caffeine.newBuilder().ticker(() -> millis * 1_000_000)
                .expireAfter(Expiry.<String, String>writing((key, value) -> Duration.ofMillis(1001))).build();
        int byExpiry = lifeOfLater(variable.asMap(), 1000);
        int guava = lifeOfLater(guava(1001).asMap(), 1000);
        System.out.println("Caffeine, expireAfterWrite of 1000 ms: lives " + second + " ms");
        System.out.println("Caffeine, expireAfterWrite of 1001 ms: lives " + more + " ms");
        System.out.println("Caffeine, expireAfter of 1001 ms: lives " + byExpiry + " ms");
        System.out.println("Guava, expireAfterWrite of 1001 ms: lives " + guava + " ms");
        long age = ageWhenWritten();
        System.out.println("age of a value just written: " + age + " ms");
        int gone = gone(caffeine(1500).asMap());
        int goneInGuava = gone(guava(1500).asMap());
        System.out.println("a lease of 1500 ms, renewed 20 times, each 900 ms: Caffeine finds it gone " + gone + " times, Guava "
                + goneInGuava);
        System.exit(second == 1000 && more == 1 && byExpiry == 1001 && guava == 1001 && age == 1000 && gone == 10 && goneInGuava == 0
                ? 0 : 1);
    }

    static Cache<String, String> caffeine(int lifetime) {
        return Caffeine.newBuilder().ticker(() -> millis * 1_000_000).expireAfterWrite(Duration.ofMillis(lifetime)).build();
    }

    static com.google.common.cache.Cache<String, String> guava(int lifetime) {
        Ticker ticker = new Ticker() {
            @Override public long read() {
                return millis * 1_000_000;
            }
        };
        return CacheBuilder.newBuilder().ticker(ticker).expireAfterWrite(Duration.ofMillis(lifetime)).build();
    }

    /** How many ms a value can be read that is put some ms after another of its key. */
    static int lifeOfLater(Map<String, String> cache, int later) {
        millis = 0;
        cache.put("key", "first");
        millis += later;
        cache.put("key", "second");
        int life = 0;
        while ("second".equals(cache.get("key"))) {
            millis++;
            life++;
        }
        return life;
    }

    static long ageWhenWritten() {
        Cache<String, String> cache = caffeine(5000);
        millis = 0;
        cache.put("key", "first");
        millis += 1000;
        cache.put("key", "second");
        return cache.policy().expireAfterWrite().orElseThrow().ageOf("key").orElseThrow().toMillis();
    }

    /** How often, of 20 times that a lease is renewed each 900 ms, it is not there at some time before the next. */
    static int gone(Map<String, String> leases) {
        millis = 0;
        int gone = 0;
        for (int i = 0; i < 20; i++) {
            leases.put("lease", "renewal " + i);
            millis += 899;
            if (!leases.containsKey("lease")) {
                gone++;
            }
            millis++;
        }
        return gone;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Anew.java" 2>"$dir/log" || { cat "$dir/log"; exit 1; }
