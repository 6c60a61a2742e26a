/** Words on the command line of a lab's first process: whether `npm run lab -- exec` may find it. */
export const sharedMark = "anslut-lab";
export const privateMark = "anslut-private-lab";
