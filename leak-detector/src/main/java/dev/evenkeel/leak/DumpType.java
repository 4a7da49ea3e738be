package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.List;

/** A class in a heap dump: where its statics are, and which fields of its instances are references. */
final class DumpType {
    /** The kind of a field that refers to an object. */
    static final int REFERENCE = 2;

    final long id;
    final long superType;
    final long loader;
    final List<Field> statics = new ArrayList<>();
    final List<Field> fields = new ArrayList<>();
    String name = "?";
    int ownBytes;

    DumpType(long id, long superType, long loader) {
        this.id = id;
        this.superType = superType;
        this.loader = loader;
    }

    /**
     * A field.
     *
     * @param at of a static reference the place of its value in the file; of an instance's field its offset among those of its
     *     class
     */
    record Field(String name, int kind, int at) {
        boolean isReference() {
            return kind == REFERENCE;
        }
    }
}
