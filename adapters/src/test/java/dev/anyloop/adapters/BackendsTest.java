package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Doctor;
import dev.anyloop.spi.EventLoopProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class BackendsTest {

    /** What {@link OnEachBackend} runs its tests with: those with threads and a network of their own. */
    static List<String> available() {
        return ServiceLoader.load(EventLoopProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> !provider.name().equals("sim") && provider.availability().available())
                .map(EventLoopProvider::name)
                .sorted()
                .toList();
    }

    @Test
    void everyRequiredBackendIsAvailable() {
        for (String required : System.getProperty("anyloop.require", "").split(",")) {
            assertTrue(required.isEmpty() || available().contains(required), () -> required + "\n" + Doctor.report());
        }
    }
}
