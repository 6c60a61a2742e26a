/** Version of the agent, as faces and the helper's log show it. Kept equal to package.json by a test. */
export const version = "0.1.0";
