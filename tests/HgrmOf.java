/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests/hgrm_of.c does, by HdrHistogram itself. */
import java.util.Scanner;
import org.HdrHistogram.Histogram;

public class HgrmOf {
    public static void main(String[] arguments) {
        Histogram histogram = new Histogram(1, 3600L * 1000 * 1000 * 1000, 3);
        Scanner latencies = new Scanner(System.in);
        while (latencies.hasNextLong())
            histogram.recordValue(latencies.nextLong());
        histogram.outputPercentileDistribution(System.out, 5, 1e6);
    }
}
