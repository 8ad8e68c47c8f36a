import ArrowLeft from 'lucide/dist/esm/icons/arrow-left.mjs'
import Check from 'lucide/dist/esm/icons/check.mjs'
import ChevronDown from 'lucide/dist/esm/icons/chevron-down.mjs'
import ChevronRight from 'lucide/dist/esm/icons/chevron-right.mjs'
import ChevronUp from 'lucide/dist/esm/icons/chevron-up.mjs'
import Columns3 from 'lucide/dist/esm/icons/columns-3.mjs'
import Copy from 'lucide/dist/esm/icons/copy.mjs'
import Download from 'lucide/dist/esm/icons/download.mjs'
import Grid3x3 from 'lucide/dist/esm/icons/grid-3x3.mjs'
import LayoutDashboard from 'lucide/dist/esm/icons/layout-dashboard.mjs'
import Maximize from 'lucide/dist/esm/icons/maximize.mjs'
import Minus from 'lucide/dist/esm/icons/minus.mjs'
import Monitor from 'lucide/dist/esm/icons/monitor.mjs'
import Moon from 'lucide/dist/esm/icons/moon.mjs'
import Pause from 'lucide/dist/esm/icons/pause.mjs'
import PersonStanding from 'lucide/dist/esm/icons/person-standing.mjs'
import Pin from 'lucide/dist/esm/icons/pin.mjs'
import Play from 'lucide/dist/esm/icons/play.mjs'
import Plus from 'lucide/dist/esm/icons/plus.mjs'
import Power from 'lucide/dist/esm/icons/power.mjs'
import RotateCw from 'lucide/dist/esm/icons/rotate-cw.mjs'
import ScrollText from 'lucide/dist/esm/icons/scroll-text.mjs'
import Search from 'lucide/dist/esm/icons/search.mjs'
import Settings from 'lucide/dist/esm/icons/settings.mjs'
import Skull from 'lucide/dist/esm/icons/skull.mjs'
import Square from 'lucide/dist/esm/icons/square.mjs'
import SquareArrowOutUpRight from 'lucide/dist/esm/icons/square-arrow-out-up-right.mjs'
import Sun from 'lucide/dist/esm/icons/sun.mjs'
import Table2 from 'lucide/dist/esm/icons/table-2.mjs'
import Terminal from 'lucide/dist/esm/icons/terminal.mjs'
import Trash from 'lucide/dist/esm/icons/trash.mjs'
import TriangleAlert from 'lucide/dist/esm/icons/triangle-alert.mjs'
import UserRound from 'lucide/dist/esm/icons/user-round.mjs'
import WandSparkles from 'lucide/dist/esm/icons/wand-sparkles.mjs'
import Waypoints from 'lucide/dist/esm/icons/waypoints.mjs'
import X from 'lucide/dist/esm/icons/x.mjs'
import Zap from 'lucide/dist/esm/icons/zap.mjs'
import type { JSX } from 'solid-js'
import { outlineOf } from '../../icons/outline.ts'
import './icon.css'

const strokes = {
  close: outlineOf(X),
  search: outlineOf(Search),
  plus: outlineOf(Plus),
  minus: outlineOf(Minus),
  fit: outlineOf(Maximize),
  tidy: outlineOf(WandSparkles),
  sun: outlineOf(Sun),
  moon: outlineOf(Moon),
  pin: outlineOf(Pin),
  right: outlineOf(ChevronRight),
  copy: outlineOf(Copy),
  check: outlineOf(Check),
  person: outlineOf(UserRound),
  window: outlineOf(SquareArrowOutUpRight),
  back: outlineOf(ArrowLeft),
  grow: outlineOf(ChevronUp),
  shrink: outlineOf(ChevronDown),
  reader: outlineOf(PersonStanding),
  download: outlineOf(Download),
  warning: outlineOf(TriangleAlert),
  action: outlineOf(Zap),
  gear: outlineOf(Settings),
  logs: outlineOf(ScrollText),
  pause: outlineOf(Pause),
  play: outlineOf(Play),
  power: outlineOf(Power),
  restart: outlineOf(RotateCw),
  screen: outlineOf(Monitor),
  skull: outlineOf(Skull),
  stop: outlineOf(Square),
  terminal: outlineOf(Terminal),
  columns: outlineOf(Columns3),
  map: outlineOf(Waypoints),
  table: outlineOf(Table2),
  resources: outlineOf(LayoutDashboard),
  matrix: outlineOf(Grid3x3),
  trash: outlineOf(Trash),
} as const

/** The name of an icon. */
export type IconName = keyof typeof strokes

/** A small icon in the colour of the text around it, hidden from screen readers. */
export function Icon(props: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={strokes[props.name]} />
    </svg>
  )
}
