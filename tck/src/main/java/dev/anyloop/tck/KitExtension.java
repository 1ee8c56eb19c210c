package dev.anyloop.tck;

import dev.anyloop.tck.report.Conformance;
import dev.anyloop.tck.rules.RuleExtension;
import dev.anyloop.tck.rules.RuleTest;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Hands each test what its kit tests, and sees to it that the kit's result is told. */
final class KitExtension implements BeforeEachCallback, AfterAllCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        Kit kit = context.getRequiredTestInstances().findInstance(Kit.class).orElseThrow();
        Conformance.begin(contextOf(kit, context), kit.subject());
        if (context.getRequiredTestInstance() instanceof RuleTest test) {
            test.in(kit.world());
            kit.equip(test);
        }
    }

    /** That of the class, which has those of its chapters and tests below it. */
    private static ExtensionContext contextOf(Kit kit, ExtensionContext context) {
        boolean found = context.getTestMethod().isEmpty() && context.getRequiredTestClass() == kit.getClass();
        return found ? context : contextOf(kit, context.getParent().orElseThrow());
    }

    /** The chapters are classes as well. */
    @Override
    public void afterAll(ExtensionContext context) {
        if (Kit.class.isAssignableFrom(context.getRequiredTestClass()) && !Conformance.end(context)) {
            System.out.println("Anyloop TCK: no test ran, " + RuleExtension.chosen() + " names none of "
                    + context.getRequiredTestClass().getSimpleName());
        }
    }
}
