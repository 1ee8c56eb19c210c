#!/bin/sh
# Resilience4j's exponential backoff "with randomization" is not random any more once it has reached its maximum: from the ninth attempt
# on a thousand clients, from 100 ms on and by twos, all wait for 10,000 ms and not one more or less.
#
# Randomness is there so that those who have failed together do not come back together, and they do that when the outage is long, which
# is when the limit has been reached. ofExponentialRandomBackoff(initial, multiplier, randomizationFactor, maximum) takes its random number
# around the interval without limit, 12.8 s and more, and then the lesser of it and the maximum; as soon as even its lower end is beyond the
# maximum, only that is left, and one attempt earlier it is so for most. The same factor without growth, ofRandomized(10 s, 0.5), gives 5
# to 15 s.
#
# Seen with Resilience4j 2.4.0 (resilience4j-core), JDK 17 and 25. Source: IntervalFunction.ofExponentialRandomBackoff; asked for in
# https://github.com/resilience4j/resilience4j/issues/1044 as a constant after growth, which the random one has inherited.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of a thousand clients (the middle numbers vary by a little):
#   attempt 3: 200 to 600 ms, 364 different waits
#   attempt 7: 3207 to 9600 ms, 927 different waits
#   attempt 8: 6400 to 10000 ms, 277 different waits, 721 wait for the maximum
#   attempt 9: 10000 to 10000 ms, 1 different waits, 1000 wait for the maximum
#   attempt 12: 10000 to 10000 ms, 1 different waits, 1000 wait for the maximum
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.github.resilience4j</groupId><artifactId>resilience4j-core</artifactId><version>2.4.0</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Herd.java" <<'JAVA'
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.TreeMap;

public class Herd {
    static final int CLIENTS = 1000;

    public static void main(String[] args) {
        boolean early = waits(3) > 100 & waits(7) > 100;
        waits(8);
        boolean late = waits(9) == 1 & waits(12) == 1;
        System.exit(early && late ? 0 : 1);
    }

    /** How many different waits there are among a thousand clients that have failed so many times. */
    static int waits(int attempt) {
        IntervalFunction backoff = IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(100), 2, 0.5, Duration.ofSeconds(10));
        TreeMap<Long, Integer> waits = new TreeMap<>();
        for (int i = 0; i < CLIENTS; i++) {
            waits.merge(backoff.apply(attempt), 1, Integer::sum);
        }
        int most = waits.getOrDefault(10_000L, 0);
        System.out.println("attempt " + attempt + ": " + waits.firstKey() + " to " + waits.lastKey() + " ms, " + waits.size()
                + " different waits" + (most == 0 ? "" : ", " + most + " wait for the maximum"));
        return waits.size();
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Herd.java"
