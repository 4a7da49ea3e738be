package dev.evenkeel.leak;

/** One iteration of what is suspected: it opens what it needs and is expected to give all of it back. */
@FunctionalInterface
public interface LeakAction {

    /** Runs one iteration; an exception ends the run, because an iteration that failed proves nothing about leaks. */
    void run() throws Exception;
}
