import AppWindow from 'lucide/dist/esm/icons/app-window.mjs'
import Asterisk from 'lucide/dist/esm/icons/asterisk.mjs'
import Box from 'lucide/dist/esm/icons/box.mjs'
import ChartColumn from 'lucide/dist/esm/icons/chart-column.mjs'
import Clock from 'lucide/dist/esm/icons/clock.mjs'
import CodeXml from 'lucide/dist/esm/icons/code-xml.mjs'
import Cpu from 'lucide/dist/esm/icons/cpu.mjs'
import Database from 'lucide/dist/esm/icons/database.mjs'
import Globe from 'lucide/dist/esm/icons/globe.mjs'
import Inbox from 'lucide/dist/esm/icons/inbox.mjs'
import Layers from 'lucide/dist/esm/icons/layers.mjs'
import Lock from 'lucide/dist/esm/icons/lock.mjs'
import Mail from 'lucide/dist/esm/icons/mail.mjs'
import Search from 'lucide/dist/esm/icons/search.mjs'
import Server from 'lucide/dist/esm/icons/server.mjs'
import Signpost from 'lucide/dist/esm/icons/signpost.mjs'
import Split from 'lucide/dist/esm/icons/split.mjs'
import Terminal from 'lucide/dist/esm/icons/terminal.mjs'
import Zap from 'lucide/dist/esm/icons/zap.mjs'
import type { Glyph } from '../domain/node/glyph-of.ts'
import { outlineOf } from '../icons/outline.ts'

/** Strokes of each icon on a grid of 24 × 24. */
const strokes: Readonly<Record<Glyph, string>> = {
  address: outlineOf(Asterisk),
  box: outlineOf(Box),
  browser: outlineOf(AppWindow),
  chart: outlineOf(ChartColumn),
  clock: outlineOf(Clock),
  code: outlineOf(CodeXml),
  cpu: outlineOf(Cpu),
  database: outlineOf(Database),
  flash: outlineOf(Zap),
  globe: outlineOf(Globe),
  layers: outlineOf(Layers),
  lock: outlineOf(Lock),
  magnifier: outlineOf(Search),
  mail: outlineOf(Mail),
  prompt: outlineOf(Terminal),
  queue: outlineOf(Inbox),
  route: outlineOf(Split),
  server: outlineOf(Server),
  signpost: outlineOf(Signpost),
}

/** The path of an icon, as the attribute `d` of SVG has it. */
export function glyphText(glyph: Glyph): string {
  return strokes[glyph]
}

const paths = new Map<Glyph, Path2D>()

/** The path of an icon, 24 × 24, to be stroked. */
export function glyphPath(glyph: Glyph): Path2D {
  const known = paths.get(glyph)
  if (known) return known
  const path = new Path2D(strokes[glyph])
  paths.set(glyph, path)
  return path
}
