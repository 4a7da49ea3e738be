package dev.evenkeel.leak;

/** Where the record of each object of a heap dump is: open addressing by the object's id, which is never 0. */
final class DumpIndex {
    private final long[] ids;
    private final int[] places;

    /** @param slots more than there will be objects */
    DumpIndex(int slots) {
        ids = new long[slots];
        places = new int[slots];
    }

    void put(long id, int place) {
        int slot = spread(id);
        while (ids[slot] != 0 && ids[slot] != id) {
            slot = slot + 1 == ids.length ? 0 : slot + 1;
        }
        ids[slot] = id;
        places[slot] = place;
    }

    /** The slot of an object; -1 for null and for what is not here. */
    int slotOf(long id) {
        if (id == 0) {
            return -1;
        }
        int slot = spread(id);
        while (ids[slot] != 0) {
            if (ids[slot] == id) {
                return slot;
            }
            slot = slot + 1 == ids.length ? 0 : slot + 1;
        }
        return -1;
    }

    int slots() {
        return ids.length;
    }

    long idAt(int slot) {
        return ids[slot];
    }

    int placeAt(int slot) {
        return places[slot];
    }

    private int spread(long id) {
        long h = (id >>> 3) * 0x9E3779B97F4A7C15L >>> 32;
        return (int) (h * ids.length >>> 32);
    }
}
