package dev.evenkeel.soak;

/**
 * Growth of one resource that a plan allows.
 *
 * @param amount in the resource's unit, above 0
 */
public record BudgetRule(double amount, Per per) {

    /** What the growth is counted against. */
    public enum Per {
        /** Time. */
        HOUR("per hour"),
        /** Completed requests. */
        MILLION_OPERATIONS("per million operations");

        private final String words;

        Per(String words) {
            this.words = words;
        }

        /** As it is written in a plan. */
        public String words() {
            return words;
        }
    }

    /** @throws IllegalArgumentException for an amount that is not above 0 */
    public BudgetRule {
        if (!(amount > 0) || Double.isInfinite(amount)) {
            throw new IllegalArgumentException("A budget of " + amount + " " + per.words()
                    + " can be met by no run: none shows that nothing grows at all. Allow an amount above 0.");
        }
    }

    /** The same per hour; NaN per operation where no operation was completed. */
    double perHour(double operationsPerHour) {
        return per == Per.HOUR ? amount : operationsPerHour > 0 ? amount * operationsPerHour / 1e6 : Double.NaN;
    }
}
