package dev.evenkeel.payments.plant;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Direct buffers that are taken for a connection and never given back: next to nothing on the heap, all of it outside. */
public final class PlantedBufferLeak extends Plant {
    /** Bytes of one buffer. */
    static final int BYTES_PER_BUFFER = 16 * 1024;

    private final List<Frame> taken = new ArrayList<>();

    PlantedBufferLeak(double bytesPerHour) {
        super(bytesPerHour);
    }

    @Override
    long plant(long owed) {
        long buffers = owed / BYTES_PER_BUFFER;
        for (long i = 0; i < buffers; i++) {
            taken.add(new Frame(ByteBuffer.allocateDirect(BYTES_PER_BUFFER)));
        }
        return buffers * BYTES_PER_BUFFER;
    }

    /** The buffers held. */
    List<Frame> taken() {
        return taken;
    }

    /** What a careless connection would keep. */
    static final class Frame {
        final ByteBuffer bytes;

        Frame(ByteBuffer bytes) {
            this.bytes = bytes;
        }
    }
}
