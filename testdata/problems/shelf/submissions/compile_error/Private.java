/** The shelf keeps its books to itself. */
public class Private {
    public static void main(String[] args) {
        System.out.println(new Shelf().books);
    }
}

class Shelf {
    private int books;
}
