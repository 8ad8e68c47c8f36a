/** Whether output to a terminal is coloured; see https://no-color.org. */
export const wantsColours = ({ NO_COLOR = '', TERM = '' }: NodeJS.ProcessEnv): boolean =>
  NO_COLOR === '' && TERM !== 'dumb'
