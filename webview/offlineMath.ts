/** Entry of the part of the HTML report that sets formulas: it stands in the page only where the report has one. */
import './math/formulaElement';
