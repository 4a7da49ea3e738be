package dev.evenkeel.metrics.slo;

/**
 * How fast the budget must burn for somebody to be called, and over which pair of windows.
 *
 * <p>Each level stands for a share of the period's budget that is gone within its long window: 2 % in an hour, 5 % in six, 10 %
 * in one and in three days. Over 30 days that is a burn rate of 14.4, 6, 3 and 1. The short window, a twelfth of the
 * long one, ends the alert soon after the errors end. The pairs are those of "The Site Reliability Workbook", chapter 5.
 */
public enum SloAlertLevel {
    /** 2 % of the budget in an hour: wake somebody up. */
    PAGE_FAST("page_fast", SloWindow.HOUR_1, SloWindow.MINUTES_5, 0.02),
    /** 5 % of the budget in six hours: wake somebody up. */
    PAGE_SLOW("page_slow", SloWindow.HOURS_6, SloWindow.MINUTES_30, 0.05),
    /** 10 % of the budget in a day: look at it today. */
    TICKET_FAST("ticket_fast", SloWindow.DAY_1, SloWindow.HOURS_2, 0.10),
    /** 10 % of the budget in three days: look at it this week. */
    TICKET_SLOW("ticket_slow", SloWindow.DAYS_3, SloWindow.HOURS_6, 0.10);

    private final String label;
    private final SloWindow longWindow;
    private final SloWindow shortWindow;
    private final double budgetShare;

    SloAlertLevel(String label, SloWindow longWindow, SloWindow shortWindow, double budgetShare) {
        this.label = label;
        this.longWindow = longWindow;
        this.shortWindow = shortWindow;
        this.budgetShare = budgetShare;
    }

    /** Returns the value of the label {@code level}: {@code page_fast}. */
    public String label() {
        return label;
    }

    public SloWindow longWindow() {
        return longWindow;
    }

    public SloWindow shortWindow() {
        return shortWindow;
    }

    /**
     * Returns the burn rate from which on the level fires. Never below 1: what burns slower leaves budget at the end of the
     * period.
     *
     * @param periodMillis the period of the objective
     */
    double threshold(long periodMillis) {
        return Math.max(1, budgetShare * periodMillis / longWindow.millis());
    }
}
