"""The names of the values of classes that the table has no entry for, in a file's order.

Files of older editors list a node's values without their names. A ``*`` stands before a number
that may change after each run: one more value follows it.
"""

from __future__ import annotations

LISTED = """
AddNoise | *noise_seed
AlignYourStepsScheduler | model_type steps denoise
BasicScheduler | scheduler steps denoise
BetaSamplingScheduler | steps alpha beta
Canny | low_threshold high_threshold
CFGGuider | cfg
CFGNorm | strength
CheckpointLoader | config_name ckpt_name
CheckpointLoaderSimple | ckpt_name
CheckpointSave | filename_prefix
CLIPLoader | clip_name type device
CLIPMergeAdd |
CLIPMergeSimple | ratio
CLIPMergeSubtract | multiplier
CLIPSave | filename_prefix
CLIPSetLastLayer | stop_at_clip_layer
CLIPTextEncode | text
CLIPTextEncodeControlnet | text
CLIPTextEncodeFlux | clip_l t5xxl guidance
CLIPTextEncodeSD3 | clip_l clip_g t5xxl empty_padding
CLIPTextEncodeSDXL | width height crop_w crop_h target_width target_height text_g text_l
CLIPTextEncodeSDXLRefiner | ascore width height text
CLIPVisionEncode | crop
CLIPVisionLoader | clip_name
ConditioningAverage | conditioning_to_strength
ConditioningCombine |
ConditioningConcat |
ConditioningSetArea | width height x y strength
ConditioningSetAreaPercentage | width height x y strength
ConditioningSetAreaStrength | strength
ConditioningSetMask | strength set_cond_area
ConditioningSetTimestepRange | start end
ConditioningZeroOut |
ControlNetApply | strength
ControlNetApplyAdvanced | strength start_percent end_percent
ControlNetApplySD3 | strength start_percent end_percent
ControlNetInpaintingAliMamaApply | strength start_percent end_percent
ControlNetLoader | control_net_name
DiffControlNetLoader | control_net_name
DifferentialDiffusion | strength
DiffusersLoader | model_path
DisableNoise |
DualCFGGuider | cfg_conds cfg_cond2_negative style
DualCLIPLoader | clip_name1 clip_name2 type device
EmptyImage | width height batch_size color
EmptyLatentImage | width height batch_size
EmptySD3LatentImage | width height batch_size
ExponentialScheduler | steps sigma_max sigma_min
FeatherMask | left top right bottom
FlipSigmas |
FluxDisableGuidance |
FluxGuidance | guidance
FluxKontextImageScale |
FreeU | b1 b2 s1 s2
FreeU_V2 | b1 b2 s1 s2
GLIGENLoader | gligen_name
GLIGENTextBoxApply | text width height x y
GrowMask | expand tapered_corners
HyperTile | tile_size swap_size max_depth scale_depth
HypernetworkLoader | hypernetwork_name strength
ImageBatch |
ImageBlend | blend_factor blend_mode
ImageBlur | blur_radius sigma
ImageCompositeMasked | x y resize_source
ImageCrop | width height x y
ImageInvert |
ImageOnlyCheckpointLoader | ckpt_name
ImagePadForOutpaint | left top right bottom feathering
ImageQuantize | colors dither
ImageScale | upscale_method width height crop
ImageScaleBy | upscale_method scale_by
ImageScaleToTotalPixels | upscale_method megapixels
ImageSharpen | sharpen_radius sigma alpha
ImageStitch | direction match_image_size spacing_width spacing_color
ImageToMask | channel
ImageUpscaleWithModel |
InpaintModelConditioning | noise_mask
InstructPixToPixConditioning |
InvertMask |
JoinImageWithAlpha |
KarrasScheduler | steps sigma_max sigma_min rho
KSampler | *seed steps cfg sampler_name scheduler denoise
KSamplerAdvanced | add_noise *noise_seed steps cfg sampler_name scheduler start_at_step \
end_at_step return_with_leftover_noise
KSamplerSelect | sampler_name
LatentBatchSeedBehavior | seed_behavior
LatentBlend | blend_factor
LatentComposite | x y feather
LatentCompositeMasked | x y resize_source
LatentCrop | width height x y
LatentFlip | flip_method
LatentFromBatch | batch_index length
LatentMultiply | multiplier
LatentRotate | rotation
LatentUpscale | upscale_method width height crop
LatentUpscaleBy | upscale_method scale_by
LoadImage | image
LoadImageMask | image channel
LoadImageOutput | image
LoadLatent | latent
LoraLoader | lora_name strength_model strength_clip
LoraLoaderModelOnly | lora_name strength_model
MaskComposite | x y operation
MaskToImage |
ModelMergeAdd |
ModelMergeBlocks | input middle out
ModelMergeSimple | ratio
ModelMergeSubtract | multiplier
ModelSamplingAuraFlow | shift
ModelSamplingContinuousEDM | sampling sigma_max sigma_min
ModelSamplingDiscrete | sampling zsnr
ModelSamplingFlux | max_shift base_shift width height
ModelSamplingSD3 | shift
ModelSave | filename_prefix
PatchModelAddDownscale | block_number downscale_factor start_percent end_percent \
downscale_after_skip downscale_method upscale_method
PerpNegGuider | cfg neg_scale
PerturbedAttentionGuidance | scale
PolyexponentialScheduler | steps sigma_max sigma_min rho
PreviewImage |
PrimitiveBoolean | value
PrimitiveFloat | value
PrimitiveInt | *value
PrimitiveString | value
PrimitiveStringMultiline | value
QuadrupleCLIPLoader | clip_name1 clip_name2 clip_name3 clip_name4
RandomNoise | *noise_seed
RebatchImages | batch_size
RebatchLatents | batch_size
ReferenceLatent |
RepeatImageBatch | amount
RepeatLatentBatch | amount
RescaleCFG | multiplier
SamplerCustom | add_noise *noise_seed cfg
SamplerCustomAdvanced |
SamplerDPMPP_2M_SDE | solver_type eta s_noise noise_device
SamplerDPMPP_3M_SDE | eta s_noise noise_device
SamplerDPMPP_SDE | eta s_noise r noise_device
SamplerEulerAncestral | eta s_noise
SamplerLMS | order
SaveAnimatedPNG | filename_prefix fps compress_level
SaveAnimatedWEBP | filename_prefix fps lossless quality method
SaveImage | filename_prefix
SaveImageWebsocket |
SaveLatent | filename_prefix
SDTurboScheduler | steps denoise
SelfAttentionGuidance | scale blur_sigma
SetFirstSigma | sigma
SetLatentNoiseMask |
SetUnionControlNetType | type
SkipLayerGuidanceDiT | double_layers single_layers scale start_percent end_percent rescaling_scale
SkipLayerGuidanceSD3 | layers scale start_percent end_percent
SolidMask | value width height
SplitImageWithAlpha |
SplitSigmas | step
SplitSigmasDenoise | denoise
StyleModelApply | strength strength_type
StyleModelLoader | style_model_name
ThresholdMask | value
TomePatchModel | ratio
TripleCLIPLoader | clip_name1 clip_name2 clip_name3
UNETLoader | unet_name weight_dtype
UpscaleModelLoader | model_name
VAEDecode |
VAEDecodeTiled | tile_size overlap temporal_size temporal_overlap
VAEEncode |
VAEEncodeForInpaint | grow_mask_by
VAEEncodeTiled | tile_size overlap temporal_size temporal_overlap
VAELoader | vae_name
VAESave | filename_prefix
VPScheduler | steps beta_d beta_min eps_s
unCLIPCheckpointLoader | ckpt_name
unCLIPConditioning | strength noise_augmentation
"""


def listed() -> dict[str, list[tuple[str, bool]]]:
    """Return the values of each class: its name, and whether one more follows it."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for line in LISTED.strip().splitlines():
        name, _, values = line.partition("|")
        found[name.strip()] = [(one.lstrip("*"), one[0] == "*") for one in values.split()]
    return found
