package dev.evenkeel.exporter.otlp;

import java.nio.charset.StandardCharsets;

/**
 * What the answer to an accepted request says was not taken. Reads the two fields of {@code ExportMetricsPartialSuccess}: the count of
 * rejected points and the message.
 */
record PartialSuccess(long rejectedPoints, String message) {
    static final PartialSuccess NONE = new PartialSuccess(0, "");

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    /** Reads an {@code ExportMetricsServiceResponse}; what is not one says nothing. */
    static PartialSuccess of(byte[] response) {
        try {
            Fields outer = new Fields(response, 0, response.length);
            while (outer.next()) {
                if (outer.number == 1 && outer.type == BYTES) {
                    return inner(new Fields(response, outer.from, outer.to));
                }
            }
            return NONE;
        } catch (IndexOutOfBoundsException e) {
            return NONE; // not of the protocol, or cut off: a 200 all the same
        }
    }

    private static PartialSuccess inner(Fields fields) {
        long rejected = 0;
        String message = "";
        while (fields.next()) {
            if (fields.number == 1 && fields.type == VARINT) {
                rejected = fields.value;
            } else if (fields.number == 2 && fields.type == BYTES) {
                message = new String(fields.bytes, fields.from, fields.to - fields.from, StandardCharsets.UTF_8);
            }
        }
        return new PartialSuccess(Math.max(0, rejected), message);
    }

    /** Walks the fields of one message. */
    private static final class Fields {
        private final byte[] bytes;
        private final int end;
        private int at;
        private int number;
        private int type;
        private long value;
        private int from;
        private int to;

        Fields(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        boolean next() {
            if (at >= end) {
                return false;
            }
            long tag = varint();
            number = (int) (tag >>> 3);
            type = (int) (tag & 7);
            switch (type) {
                case VARINT -> value = varint();
                case FIXED64 -> at += 8;
                case FIXED32 -> at += 4;
                case BYTES -> {
                    long length = varint();
                    if (length < 0 || length > end - at) {
                        throw new IndexOutOfBoundsException();
                    }
                    from = at;
                    at += (int) length;
                    to = at;
                }
                default -> throw new IndexOutOfBoundsException();
            }
            return true;
        }

        private long varint() {
            long result = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at >= end) {
                    throw new IndexOutOfBoundsException();
                }
                byte b = bytes[at++];
                result |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return result;
                }
            }
            throw new IndexOutOfBoundsException();
        }
    }
}
