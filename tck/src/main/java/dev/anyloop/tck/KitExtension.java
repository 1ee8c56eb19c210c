package dev.anyloop.tck;

import dev.anyloop.tck.report.Conformance;
import dev.anyloop.tck.rules.RuleTest;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Hands each test what its kit tests, and says whose result it will be. */
final class KitExtension implements BeforeEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        Kit kit = (Kit) context.getRequiredTestInstances().getAllInstances().get(0);
        Conformance.announce(context, kit::subject);
        if (context.getRequiredTestInstance() instanceof RuleTest test) {
            kit.equip(test);
        }
    }
}
