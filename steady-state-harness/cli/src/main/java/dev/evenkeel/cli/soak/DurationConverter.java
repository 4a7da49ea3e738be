package dev.evenkeel.cli.soak;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 90s}, {@code 2m}, {@code 1h30m}, {@code 7d}; a bare number would leave the unit to guess. */
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern WHOLE = Pattern.compile("(\\d{1,9}(ms|[dhms]))+");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|[dhms])");

    @Override
    public Duration convert(String value) {
        String given = value.strip().toLowerCase(Locale.ROOT);
        if (given.equals("0")) {
            return Duration.ZERO;
        }
        if (!WHOLE.matcher(given).matches()) {
            throw new TypeConversionException("\"" + value + "\" is no duration: write 90s, 2m, 1h30m or 7d");
        }
        Duration sum = Duration.ZERO;
        for (Matcher part = PART.matcher(given); part.find(); ) {
            long n = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "d" -> Duration.ofDays(n);
                        case "h" -> Duration.ofHours(n);
                        case "m" -> Duration.ofMinutes(n);
                        case "s" -> Duration.ofSeconds(n);
                        default -> Duration.ofMillis(n);
                    });
        }
        return sum;
    }
}
