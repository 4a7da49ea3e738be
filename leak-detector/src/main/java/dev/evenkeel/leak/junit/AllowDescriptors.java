package dev.evenkeel.leak.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets file descriptors stay; on a method, or on a class for all of its methods. Has no effect without {@link DetectLeaks}. */
@Documented
@Inherited
@Repeatable(AllowDescriptors.List.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface AllowDescriptors {

    /** Their target as reports show it, such as {@code /tmp/index-*.bin} or {@code socket}; {@code *} stands for any run of characters, but not for all. */
    String value();

    /** Why they may stay; printed in every report. */
    String because();

    /** Holds several. */
    @Documented
    @Inherited
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @interface List {
        /** All of them. */
        AllowDescriptors[] value();
    }
}
