/** The icons of controls there are; see `components/icon`. */
export type ControlIcon =
  | 'action'
  | 'gear'
  | 'logs'
  | 'pause'
  | 'play'
  | 'power'
  | 'restart'
  | 'screen'
  | 'skull'
  | 'stop'
  | 'terminal'
  | 'trash'

/** By the last part of a class of Font Awesome, without its `-alt` or `-o`. */
const known: Readonly<Record<string, ControlIcon>> = {
  'fa-cog': 'gear',
  'fa-desktop': 'screen',
  'fa-file': 'logs',
  'fa-file-text': 'logs',
  'fa-pause': 'pause',
  'fa-play': 'play',
  'fa-power-off': 'power',
  'fa-redo': 'restart',
  'fa-refresh': 'restart',
  'fa-repeat': 'restart',
  'fa-skull': 'skull',
  'fa-stop': 'stop',
  'fa-sync': 'restart',
  'fa-terminal': 'terminal',
  'fa-trash': 'trash',
  'fa-wrench': 'gear',
}

/**
 * The icon of a control. Those that are not known look alike.
 *
 * @param fontAwesome the class that the probe gave, such as `far fa-trash-alt`
 */
export function controlIcon(fontAwesome: string): ControlIcon {
  const [name = ''] = fontAwesome.match(/\bfa-[a-z-]+$/) ?? []
  return known[name.replace(/-(?:alt|o|text-o)$/, '')] ?? 'action'
}
