package dev.evenkeel.soak.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes markup that is at once HTML for a browser and well-formed XML for a parser.
 *
 * <p>Text and attribute values are always escaped and elements always closed in order; the only way
 * past the escaping is {@link #verbatim}, which takes our own style sheet and script. Characters that
 * XML forbids become U+FFFD.
 */
public final class Markup {

    private static final Set<String> VOID = Set.of("meta", "br", "hr", "img", "input", "link", "wbr");

    private final StringBuilder out = new StringBuilder(1 << 16);
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; attributes are name, value pairs, in the order they are written. */
    public Markup open(String tag, String... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "<" + tag + "> got " + attributes.length + " attribute strings; give names and values in pairs.");
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1], out);
            out.append('"');
        }
        if (VOID.contains(tag)) {
            out.append("/>");
        } else {
            out.append('>');
            open.push(tag);
        }
        return this;
    }

    public Markup close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Closes elements until {@code depth} of them are open. */
    public Markup closeTo(int depth) {
        while (open.size() > depth) {
            close();
        }
        return this;
    }

    int depth() {
        return open.size();
    }

    /** A whole element that holds text. */
    public Markup leaf(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** An element without content, such as an SVG shape. */
    public Markup empty(String tag, String... attributes) {
        return open(tag, attributes).close();
    }

    public Markup text(String text) {
        escape(text, out);
        return this;
    }

    public Markup line() {
        out.append('\n');
        return this;
    }

    /** Our own style sheet or script, marked so that an XML parser reads it as text too. */
    public Markup verbatim(String tag, String content) {
        out.append('<')
                .append(tag)
                .append('>')
                .append(wrapped(content))
                .append("</")
                .append(tag)
                .append(">\n");
        return this;
    }

    /** What {@link #verbatim} puts between the tags: the text that a hash of the script must cover. */
    static String wrapped(String content) {
        return "/*<![CDATA[*/\n" + content + "/*]]>*/";
    }

    public Markup doctype() {
        out.append("<!DOCTYPE html>\n");
        return this;
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("<" + open.peek() + "> is still open; close it first.");
        }
        return out.toString();
    }

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        escape(text, escaped);
        return escaped.toString();
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xfffd);
            }
        }
    }

    /** Whether XML 1.0 allows the character; control characters of the C1 range are refused as well. */
    private static boolean allowed(int c) {
        return c == '\t'
                || c == '\n'
                || (c >= 0x20 && c < 0x7f)
                || (c >= 0xa0 && c <= 0xd7ff && !reorders(c))
                || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff)
                || c >= 0x10000 && (c & 0xfffe) != 0xfffe;
    }

    /** Whether the character would let a class or thread name re-order the words around it. */
    private static boolean reorders(int c) {
        return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }
}
