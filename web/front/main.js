// What every page loads: Bootstrap, htmx, the fonts and our own tokens.
import "bootstrap/dist/css/bootstrap.min.css";
import "bootstrap-icons/font/bootstrap-icons.min.css";
import "@fontsource/be-vietnam-pro/400.css";
import "@fontsource/be-vietnam-pro/500.css";
import "@fontsource/be-vietnam-pro/700.css";
import "./main.css";
import "bootstrap";
import htmx from "htmx.org";
import "./parts/eform.js";
import "./parts/submit.js";
import "./parts/upload.js";
import "./parts/tray.js";
import "./parts/sign.js";
import "./parts/drop.js";
import "./parts/keys.js";
import "./parts/bulk.js";
import "./parts/file.js";
import "./parts/focus.js";
import "./parts/live.js";
import "./parts/turn.js";
import "./parts/away.js";
import "./parts/room.js";

// htmx's own indicator style would be an inline <style>, which the content security policy refuses.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
// What was just swapped in must react at once, not 20 ms later.
htmx.config.defaultSettleDelay = 0;
window.htmx = htmx;
// On a phone the pages' names are swiped: the one that is open is in sight.
const here = document.querySelector('.mc-nav [aria-current="page"]');
here?.parentElement.scrollTo({ left: here.offsetLeft - here.parentElement.offsetLeft - 24 });
