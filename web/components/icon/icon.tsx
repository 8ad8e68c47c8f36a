import type { JSX } from 'solid-js'
import './icon.css'

const strokes = {
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500l5 5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  tidy: 'M5 7.500a2.500 2.500 0 1 0 0-.01M19 5.500a2.500 2.500 0 1 0 0-.01M19 18.500a2.500 2.500 0 1 0 0-.01M7.500 8l9 -1.500M7 9.500l10 7.500',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z',
  pin: 'M9 4h6M10 4v6l-3 3.500h10L14 10V4M12 13.500V20.500',
  right: 'M9 6l6 6-6 6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  person:
    'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.500 20c.8-3.800 3.800-5.500 7.500-5.500s6.700 1.700 7.500 5.500',
  window: 'M10 5H5v14h14v-5M14 5h5v5M19 5l-8 8',
  back: 'M19 12H6M11 6l-6 6 6 6',
  grow: 'M6 14l6-6 6 6',
  shrink: 'M6 10l6 6 6-6',
  reader:
    'M12 4.500a1.500 1.500 0 1 0 0 .01M5 8.500l7 1.500 7-1.500M12 10v4.500M12 14.500l-3 5.500M12 14.500l3 5.500',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  warning: 'M12 4l9 16H3zM12 10v4.500M12 17.400v.1',
  action: 'M13.500 3L5 13.500h6L10.500 21 19 10.500h-6z',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100',
  logs: 'M6 3.500h8.500L19 8v12.500H6zM14 3.500V8.500h5M9 12.500h7M9 16.500h7',
  pause: 'M8.500 5v14M15.500 5v14',
  play: 'M7.500 4.500l11.500 7.500-11.500 7.500z',
  power: 'M12 3v8.500M7 6.200a8 8 0 1 0 10 0',
  restart: 'M19.500 12a7.500 7.500 0 1 1-2.200-5.300L20 9.300M20 4v5.300h-5.300',
  screen: 'M3.500 5h17v11h-17zM12 16v3.500M8 19.500h8',
  skull:
    'M5 13v-2.500a7 7 0 0 1 14 0V13c0 1.700-1 2.500-2.500 3.200V20h-9v-3.800C6 15.500 5 14.700 5 13zM9.300 11.400v.1M14.700 11.400v.1M12 20v-2.500',
  stop: 'M6 6h12v12H6z',
  terminal: 'M5 7l5 5-5 5M12.500 17.500H19',
  columns: 'M4 5h16v14H4zM9.500 5v14M14.500 5v14',
  map: 'M6 5a2.500 2.500 0 1 0 0 .01M18 8a2.500 2.500 0 1 0 0 .01M9 19a2.500 2.500 0 1 0 0 .01M8 6.500l8 2M7 8l2 8.500M16.500 10.500l-6 7',
  table: 'M4 6h16M4 12h16M4 18h16',
  resources: 'M4 15h16v5H4zM4 9h6v4H4zM12 9h8v4h-8zM4 4h4v3H4zM10 4h4v3h-4z',
  matrix: 'M4 4h4v4H4zM16 4h4v4h-4zM10 10h4v4h-4zM4 16h4v4H4zM16 16h4v4h-4z',
  trash: 'M4.500 6.500h15M9.500 6.500V4h5v2.500M6.500 6.500l1 14h9l1-14M10.300 10.500v6M13.700 10.500v6',
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
