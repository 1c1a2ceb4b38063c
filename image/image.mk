# SPDX-License-Identifier: GPL-2.0-or-later
# The check image. All of it comes out of image/build.sh, which asks whether anything has
# changed much faster than make could be told; its inputs are image/inputs.lock and the
# sources.

ISO := build/image/gpuhost.iso

.PHONY: iso release image-inputs need-image
need-image:
	@$(NEED) image

iso: need-image ## build the check image: build/image/gpuhost.iso
	@image/build.sh

release: iso ## the image with checksums, and a manifest of what is in it: build/release
	@image/release.sh $(VERSION)

image-inputs: need-image
	@image/fetch.sh --newest
