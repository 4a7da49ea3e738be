package dev.evenkeel.leak.junit;

import dev.evenkeel.leak.LeakReport;

final class ReportJson {
    private ReportJson() {}

    static String of(LeakReport report) {
        return "{\"schema\":1,\"name\":" + quote(report.name()) + ",\"verdict\":\"" + report.verdict() + "\",\"text\":" + quote(report.text())
                + "}";
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
