/** The drift verdict: is a series of readings steady, or does it grow faster than a budget allows? */
module dev.evenkeel.drift {
    requires static transitive org.jspecify;

    exports dev.evenkeel.drift;
}
