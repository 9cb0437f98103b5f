"""The steps from a file to findings, one public function a file, frame to frame (columns: `events.schemas`)."""
