import "htmx.org";

import { startAlerts } from "./alerts";
import { startClaims } from "./claims";
import { startConfirm } from "./confirm";
import { startEvidence } from "./evidence";
import { startForms } from "./forms";
import { startGrid } from "./grid";
import { startKanban } from "./kanban";
import { startLifeline } from "./lifeline";
import { startMenus } from "./menus";
import { startPalette } from "./palette";
import { startPolling } from "./polling";
import { startSheet } from "./sheet";
import { startWalking } from "./walking";

startMenus();
startPalette();
startPolling();
startGrid();
startForms();
startConfirm();
startClaims();
startEvidence();
startKanban();
startSheet();
startWalking();
startAlerts();
startLifeline();
