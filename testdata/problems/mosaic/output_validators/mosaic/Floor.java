import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/** What was left of the floor, and how many colours the owner pays for. */
record Floor(List<String> left, int colours) {
    /** What is wrong with a floor, or null. */
    String fault(BufferedReader output) throws IOException {
        String above = null;
        for (int row = 1; row < left.size(); row++) {
            String tiles = output.readLine();
            if (tiles == null) return "row " + row + " is missing";
            tiles = tiles.trim();
            if (tiles.length() != left.get(row).length()) return "row " + row + " has " + tiles.length() + " tiles";
            for (int column = 0; column < tiles.length(); column++) {
                String where = "row " + row + ", column " + (column + 1) + ": ";
                char tile = tiles.charAt(column), before = left.get(row).charAt(column);
                if (tile < '1' || tile >= '1' + colours) return where + "no colour that is paid for";
                if (before != '.' && before != tile) return where + "this tile was there before";
                if (column > 0 && tiles.charAt(column - 1) == tile) return where + "same as the tile on its left";
                if (above != null && above.charAt(column) == tile) return where + "same as the tile above";
            }
            above = tiles;
        }
        String more = output.readLine();
        return more == null || more.isBlank() ? null : "a row too many";
    }
}
