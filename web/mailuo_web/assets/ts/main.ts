import "htmx.org";

import { startAlerts } from "./alerts";
import { startConfirm } from "./confirm";
import { startForms } from "./forms";
import { startGrid } from "./grid";
import { startLifeline } from "./lifeline";
import { startMenus } from "./menus";
import { startPalette } from "./palette";
import { startPolling } from "./polling";

startMenus();
startPalette();
startPolling();
startGrid();
startForms();
startConfirm();
startAlerts();
startLifeline();
