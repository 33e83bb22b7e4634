/** Characters of a folder's name, and how many one conversation is in. */
export const FOLDER_NAME = 32;
export const MOST_FOLDERS = 20;
