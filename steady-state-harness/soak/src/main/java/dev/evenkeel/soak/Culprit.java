package dev.evenkeel.soak;

/**
 * One suspect for a resource's growth: a class, a thread group or a kind of file descriptor.
 *
 * @param resource key of the resource it explains, for example {@code heap_live}
 * @param what class name, thread group or descriptor target, digits as {@code *}
 * @param evidence what was counted when, in words
 * @param perHour its growth per hour in the resource's unit
 * @param share its part of the resource's growth, 0 to 1
 * @param at the line of source that is to blame as a stack trace prints it, {@code com.shop.Poller.run(Poller.java:31)}; empty where
 *     it is not known
 */
public record Culprit(String resource, String what, String evidence, double perHour, double share, String at) {
    /** A culprit whose line of source is not known. */
    public Culprit(String resource, String what, String evidence, double perHour, double share) {
        this(resource, what, evidence, perHour, share, "");
    }
}
