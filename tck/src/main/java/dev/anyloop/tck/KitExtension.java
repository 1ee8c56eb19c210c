package dev.anyloop.tck;

import dev.anyloop.tck.report.Conformance;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.RuleExtension;
import dev.anyloop.tck.rules.RuleTest;
import dev.anyloop.tck.rules.SocketChapters;
import dev.anyloop.tck.run.Job;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstances;

/** Hands each test what its kit tests, and sees to it that the kit's result is told. */
final class KitExtension implements BeforeEachCallback, AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(KitExtension.class);

    /** Whether a test of a kit did, of whatever medium. */
    private static final String RAN = "ran";

    @Override
    public void beforeEach(ExtensionContext context) {
        TestInstances instances = context.getRequiredTestInstances();
        Kit kit = instances.findInstance(Kit.class).orElseThrow();
        SocketChapters sockets = instances.findInstance(SocketChapters.class).orElse(null);
        Medium medium = sockets == null ? Medium.of(kit.getClass()) : sockets.medium();
        boolean apart = sockets != null && medium != Medium.TCP && kit.has(medium); // or else there is nothing to report of it
        if (!Job.isOne()) {
            Conformance.begin(contextOf(apart ? sockets : kit, context), kit.subject(apart ? medium : Medium.TCP));
        }
        contextOf(kit, context).getStore(NAMESPACE).put(RAN, true);
        if (context.getRequiredTestInstance() instanceof RuleTest test) {
            test.in(kit.world());
            kit.equip(test, medium);
        }
    }

    /** That of the class, which has those of its chapters and tests below it. */
    private static ExtensionContext contextOf(Object instance, ExtensionContext context) {
        boolean found = context.getTestMethod().isEmpty() && context.getRequiredTestClass() == instance.getClass();
        return found ? context : contextOf(instance, context.getParent().orElseThrow());
    }

    /** The chapters are classes as well. */
    @Override
    public void afterAll(ExtensionContext context) {
        Conformance.end(context);
        if (Kit.class.isAssignableFrom(context.getRequiredTestClass()) && context.getStore(NAMESPACE).get(RAN) == null) {
            System.out.println("Anyloop TCK: no test ran, " + RuleExtension.chosen() + " names none of "
                    + context.getRequiredTestClass().getSimpleName());
        }
    }
}
