package dev.evenkeel.exporter.http;

import dev.evenkeel.exporter.http.AdminTelemetry.Refusal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The request line and headers of one HTTP/1.x request. Immutable.
 *
 * <p>Strict where RFC 9112 leaves a choice: whatever two parsers might read in two ways is refused.
 */
final class RequestHead {
    private static final int MOST_HEADERS = 100;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String method;
    private final String path;
    private final @Nullable String rawQuery;
    private final boolean http11;

    /** The host that the target named: RFC 9112, 3.2.2: then it is the host, whatever the header says. */
    private final @Nullable String authority;

    /** Lower-case name, then value. */
    private final List<String> headers;

    private RequestHead(
            String method,
            String path,
            @Nullable String rawQuery,
            boolean http11,
            @Nullable String authority,
            List<String> headers) {
        this.method = method;
        this.path = path;
        this.rawQuery = rawQuery;
        this.http11 = http11;
        this.authority = authority;
        this.headers = headers;
    }

    /** @param text the bytes up to the empty line, as ISO 8859-1, without the last line end */
    static RequestHead parse(String text) throws BadRequestException {
        int lineEnd = text.indexOf("\r\n");
        String line = lineEnd < 0 ? text : text.substring(0, lineEnd);
        String rest = lineEnd < 0 ? "" : text.substring(lineEnd + 2);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last <= first + 1 || line.indexOf(' ', first + 1) != last) {
            throw malformed("The request line is not \"METHOD target HTTP/1.1\".");
        }
        String method = line.substring(0, first);
        String version = line.substring(last + 1);
        if (!isToken(method)) {
            throw malformed("The method is not a word.");
        }
        if (!version.startsWith("HTTP/1.") || version.length() != 8 || !isDigit(version.charAt(7))) {
            throw new BadRequestException(
                    version.startsWith("HTTP/") ? 505 : 400,
                    Refusal.MALFORMED,
                    "This listener speaks HTTP/1.1 and HTTP/1.0.");
        }
        List<String> headers = headers(rest);
        String target = line.substring(first + 1, last);
        String authority = null;
        if (!target.startsWith("/")) {
            String lower = target.toLowerCase(Locale.ROOT);
            int scheme = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : 0;
            int slash = target.indexOf('/', scheme);
            if (scheme > 0) {
                authority = slash < 0 ? target.substring(scheme) : target.substring(scheme, slash);
                target = slash < 0 ? "/" : target.substring(slash);
            } else if (method.equals("GET") || method.equals("HEAD")) {
                throw malformed("The target of a request begins with a slash.");
            } else {
                target = "/"; // OPTIONS *, CONNECT host: refused for their method
            }
        }
        int question = target.indexOf('?');
        String rawPath = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? null : target.substring(question + 1);
        return new RequestHead(method, path(rawPath), query, version.charAt(7) >= '1', authority, headers);
    }

    private static List<String> headers(String text) throws BadRequestException {
        List<String> headers = new ArrayList<>();
        int hosts = 0;
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf("\r\n", from);
            int to = end < 0 ? text.length() : end;
            int colon = text.indexOf(':', from);
            if (colon <= from || colon > to || !isToken(text.substring(from, colon))) {
                throw malformed("A header is not \"Name: value\" on one line.");
            }
            String name = text.substring(from, colon).toLowerCase(Locale.ROOT);
            String value = text.substring(colon + 1, to).strip();
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < ' ' && c != '\t') || c == 127) {
                    throw malformed("A header has a control character in it.");
                }
            }
            hosts += name.equals("host") ? 1 : 0;
            headers.add(name);
            headers.add(value);
            if (headers.size() > 2 * MOST_HEADERS) {
                throw new BadRequestException(
                        431, Refusal.TOO_LARGE, "A request has at most " + MOST_HEADERS + " headers here.");
            }
            from = to + 2;
        }
        if (hosts > 1) {
            throw malformed("A request has one Host header.");
        }
        return headers;
    }

    /** Decodes a path and refuses what could mean another path to who looks at it next. */
    private static String path(String raw) throws BadRequestException {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed("The path has a percent sign without two hexadecimal digits.");
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            if (c < ' ' || c == 127 || c == '\\') {
                throw malformed("The path has a control character or a backslash in it.");
            }
            bytes.put((byte) c);
        }
        String path;
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            path = text.toString();
        } catch (CharacterCodingException e) {
            throw malformed("The path is not UTF-8.");
        }
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw malformed("The path has a segment of dots in it.");
            }
        }
        return path;
    }

    private static BadRequestException malformed(String message) {
        return new BadRequestException(400, Refusal.MALFORMED, message);
    }

    private static boolean isToken(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !isDigit(c) && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    String method() {
        return method;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean isReading() {
        return method.equals("GET") || isHead();
    }

    String path() {
        return path;
    }

    @Nullable
    String rawQuery() {
        return rawQuery;
    }

    boolean isHttp11() {
        return http11;
    }

    /** The first header of that name, any case. */
    @Nullable
    String header(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (authority != null && wanted.equals("host")) {
            return authority;
        }
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equals(wanted)) {
                return headers.get(i + 1);
            }
        }
        return null;
    }

    boolean announcesBody() {
        String length = header("content-length");
        return header("transfer-encoding") != null || (length != null && !length.equals("0"));
    }

    boolean keepsConnection() {
        String connection = header("connection");
        String wish = connection == null ? "" : connection.toLowerCase(Locale.ROOT);
        return http11 ? !wish.contains("close") : wish.contains("keep-alive");
    }
}
